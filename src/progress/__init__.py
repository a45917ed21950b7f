"""What happened: recorded in SQL, rung in Redis, replayed to whoever asks."""
