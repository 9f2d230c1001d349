"""What other tools wrote, as documents and records of kiwerk: one package a format."""
