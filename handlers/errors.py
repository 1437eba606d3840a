"""What people are told when something cannot be done.

Refusal
├── UnknownTicket        (handlers/tickets)
├── …                    each room adds its own
"""


class Refusal(Exception):
    """No, and why: the message is said to the person as it stands, with what to do instead."""
