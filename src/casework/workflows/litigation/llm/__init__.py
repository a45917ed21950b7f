"""The language model: off by default, any OpenAI-compatible endpoint; its words never override what was computed."""
