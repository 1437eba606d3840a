"""How fast the bot is, and how right; nothing here is part of the bot."""
