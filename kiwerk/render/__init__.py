"""From documents to what ships: sandboxed templates, prompts, operating procedures, canonical JSON and digests."""
