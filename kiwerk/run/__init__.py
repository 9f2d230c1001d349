"""Holding conversations: the loop, the mocks, and many of them at once."""
