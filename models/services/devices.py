"""Devices in the words of those who use them, for chat and pages alike."""

from models.phrases import say


def in_words(language: str, device: str) -> str:
    """A device as models.rules.devices names it, such as Windows 电脑 · Edge; at most 80 characters."""
    made, _, browser = device.partition(".")
    words = say(language, f"device.{made}"), say(language, f"browser.{browser}")
    return say(language, "login.device_words", device=words[0], browser=words[1])
