"""The Official Account of the benchmark, the same for hallpass and for its peer."""

APP_ID = "wx0123456789abcdef"
TOKEN = "hallToken2026"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ORIGINAL_ID = "gh_0123456789ab"
