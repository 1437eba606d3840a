"""Text in, Understanding out. Knows nothing of chats, tickets or answers."""
