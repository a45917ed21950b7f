"""One file a change of the schema, in order; what has been released is never edited."""
