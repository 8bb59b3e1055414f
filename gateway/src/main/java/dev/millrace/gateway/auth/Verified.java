package dev.millrace.gateway.auth;

/** What came of looking at the credentials of a call. */
public sealed interface Verified permits Principal, Refused {}
