package dev.millrace.engines.pytorch;

import dev.millrace.engines.Outcome;

/** What became of a request. */
record Completion(long id, Outcome outcome) {}
