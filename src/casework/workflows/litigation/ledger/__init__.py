"""What was due, lent, earned, paid and is owed: a contract's price, a loan, wages."""
