"""From what was proven to what runs: signed evidence, the release it allows, and the target that receives it."""
