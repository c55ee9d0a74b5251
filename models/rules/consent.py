"""What a yes to a hall's notice is a yes to."""


def mark(version: int, withdrawals: int) -> str:
    """The text by which a yes is known to be to this version of the notice, and said after the consent to it was taken
    back so many times: one that was said before is none."""
    return f"{version}-{withdrawals}" if withdrawals else str(version)
