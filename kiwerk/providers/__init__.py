"""Who speaks for an agent: a person's reference, or a model behind an endpoint."""
