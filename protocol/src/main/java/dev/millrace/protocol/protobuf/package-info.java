/**
 * The protobuf encoding of requests and results: the messages of the Open Inference Protocol's gRPC
 * form.
 *
 * <p>The public classes are for this module's own use and safe for use by several threads. All
 * others belong to the one call that made them.
 */
@NullMarked
package dev.millrace.protocol.protobuf;

import org.jspecify.annotations.NullMarked;
