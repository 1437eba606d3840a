"""Quotes on platforms where they carry the quoted words and no id: what the bot said is known by its words."""

import hashlib

from handlers.base import Conversation

COMPARED = 120  # characters; platforms cut long quotes short


def id_of_words(conversation: Conversation, text: str) -> str:
    """The id under which words count as said in a conversation; the same after a restart. Spaces and marks that a
    platform adds, drops or renders count for nothing."""
    words = "".join(char for char in text if char.isalnum())[:COMPARED]
    return "words-" + hashlib.sha256(f"{conversation} {words}".encode()).hexdigest()[:24]
