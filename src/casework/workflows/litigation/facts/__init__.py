"""What the documents tell: who, when, what happened, what was agreed."""
