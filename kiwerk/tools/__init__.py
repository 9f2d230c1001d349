"""What real systems offer: their operations, as a Toolset says them."""
