/**
 * HTTP to Kafka and back, for those who have no Kafka client.
 *
 * <p>Handlers run on Vert.x event loops and never block; what blocks runs on worker threads.
 */
@NullMarked
package dev.millrace.gateway;

import org.jspecify.annotations.NullMarked;
