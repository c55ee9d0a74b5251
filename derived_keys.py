"""Keys that come from the one secret of the settings, each for one purpose, so that none tells anything of another."""

import hashlib

from settings import Settings


def derived_key(settings: Settings, purpose: str) -> bytes:
    """32 bytes for this purpose: at most seven ASCII letters, the same for ever, or what was signed is void."""
    person = f"hallpass {purpose}".encode()
    return hashlib.blake2b(settings.site.secret_key.encode(), digest_size=32, person=person).digest()
