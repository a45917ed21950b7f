"""What stands where in a document: kinds of papers, tables, numerals, dates, sums, rates; nothing of what it means."""
