"""The command line: opens the doors of everything else."""
