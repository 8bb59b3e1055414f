/**
 * A real Kafka broker as a process of its own, for the local stack and for tests.
 *
 * <p>{@link dev.millrace.broker.BrokerProcess} is the main class of that process, run by {@link
 * dev.millrace.broker.EndsWithParent}; both use only the JDK, since their class path is the
 * broker's. The rest runs in the process that wants a broker; a {@link
 * dev.millrace.broker.LocalBroker} may be used from any thread.
 */
@NullMarked
package dev.millrace.broker;

import org.jspecify.annotations.NullMarked;
