"""What may be written over REST: fields on screens, their values, and the workflow. Changes nothing."""
