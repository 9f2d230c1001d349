"""How fast kiwerk is, and on what that was measured."""
