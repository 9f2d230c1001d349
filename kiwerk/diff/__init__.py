"""Two versions of a repository beside each other: documents, capabilities, prompts, behaviour."""
