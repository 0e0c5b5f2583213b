"""The room of the look: base templates, components and template tags that every other room's pages use."""
