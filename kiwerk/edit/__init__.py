"""Editing people's files: text is changed where it stands, no document is ever written anew (decision 0014)."""
