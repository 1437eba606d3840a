"""How the shipped models are made from questions, pairs and plain text. Nothing here runs while the bot answers."""
