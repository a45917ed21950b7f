"""What may be asked for, until when: penalties, interest, compensation, limitation, deadlines."""
