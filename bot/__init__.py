"""The running process: channels, dispatcher, delivery, scheduler. No business rules."""
