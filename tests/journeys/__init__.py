"""Whole visits as people make them: the phone page in a real browser, against the real demo."""
