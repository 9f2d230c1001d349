"""From records and findings to what people and programs read: one file a form, each a pure function to text."""
