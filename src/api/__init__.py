"""Those who tell: the HTTP API and its event streams. Litestar stands here and nowhere else."""
