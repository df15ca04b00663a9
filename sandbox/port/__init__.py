"""A Port on loopback: the part of Port's API that an Ocean integration uses, with Port's checks."""
