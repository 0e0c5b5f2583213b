"""What templates of recordings need."""
