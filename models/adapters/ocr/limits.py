"""How large a photo may be."""

MOST_MEGABYTES = 10
"""What WeChat takes at most for a photo in a chat."""
MOST_BYTES = MOST_MEGABYTES * 1_000_000
MOST_MEGAPIXELS = 50
"""The largest that a phone takes without being told to. Decoding one takes up to 400 MB for a second."""
