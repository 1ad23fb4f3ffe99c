"""The virtual fabric: an asyncio loop with a clock of its own, over hosts that are values in memory."""
