"""What the bot does with a message. Plain synchronous code that writes rows and never sends."""
