"""A stand-in for the WeChat platform: it pushes deliveries as the platform does, judges the replies strictly and
shows what a visitor would see. It knows the platform's protocol only, nothing of the service that it talks to, and
has crypto of its own, so that a fault on one side is not hidden by the same fault on the other."""

from bot.simulator.api import create_api
from bot.simulator.bubbles import Bubble, Card, Link, Tap
from bot.simulator.clock import Clock
from bot.simulator.deliveries import Delivery
from bot.simulator.faults import Slow
from bot.simulator.media import MediaRefused
from bot.simulator.page import browsing_of, create_page
from bot.simulator.phones import Delivered, NotFollowing, Phone
from bot.simulator.platform import FAILURE_LINE, Platform
from bot.simulator.transports import Answer, HttpTransport, InProcess, NoAnswer

__all__ = [
    "FAILURE_LINE",
    "Answer",
    "Bubble",
    "Card",
    "Clock",
    "Delivered",
    "Delivery",
    "HttpTransport",
    "InProcess",
    "Link",
    "MediaRefused",
    "NoAnswer",
    "NotFollowing",
    "Phone",
    "Platform",
    "Slow",
    "Tap",
    "browsing_of",
    "create_api",
    "create_page",
]
