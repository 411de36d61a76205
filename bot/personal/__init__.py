"""Personal data: found where it leaked, and masked before it can."""
