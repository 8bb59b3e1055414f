package dev.millrace.cli.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.TopicPartition;

/** Asks a broker which transactions keep consumers from reading on. */
final class OpenTransactions {
  private final Admin admin;

  /**
   * @param admin stays the caller's
   */
  OpenTransactions(Admin admin) {
    this.admin = admin;
  }

  /**
   * The transactions that these partitions wait for now.
   *
   * @throws ExecutionException when the broker does not say
   */
  List<OpenTransaction> of(Collection<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, PartitionProducerState> states =
        admin.describeProducers(partitions).all().get();
    Map<Long, TransactionListing> listings = new HashMap<>();
    for (TransactionListing listing :
        admin
            .listTransactions(new ListTransactionsOptions().filterProducerIds(producers(states)))
            .all()
            .get()) {
      listings.put(listing.producerId(), listing);
    }
    Map<String, TransactionDescription> descriptions =
        admin
            .describeTransactions(
                listings.values().stream().map(TransactionListing::transactionalId).toList())
            .all()
            .get();
    List<OpenTransaction> found = new ArrayList<>();
    for (var state : states.entrySet()) {
      for (ProducerState producer : state.getValue().activeProducers()) {
        if (producer.currentTransactionStartOffset().isPresent()) {
          Optional<TransactionListing> listing =
              Optional.ofNullable(listings.get(producer.producerId()));
          found.add(
              open(
                  state.getKey(),
                  producer.currentTransactionStartOffset().getAsLong(),
                  listing,
                  listing.map(each -> descriptions.get(each.transactionalId()))));
        }
      }
    }
    return found;
  }

  private static Collection<Long> producers(Map<TopicPartition, PartitionProducerState> states) {
    return states.values().stream()
        .flatMap(state -> state.activeProducers().stream())
        .filter(producer -> producer.currentTransactionStartOffset().isPresent())
        .map(ProducerState::producerId)
        .collect(Collectors.toSet());
  }

  private OpenTransaction open(
      TopicPartition partition,
      long firstOffset,
      Optional<TransactionListing> listing,
      Optional<TransactionDescription> description)
      throws ExecutionException, InterruptedException {
    long end =
        admin
            .listOffsets(Map.of(partition, OffsetSpec.latest()))
            .partitionResult(partition)
            .get()
            .offset();
    return new OpenTransaction(
        listing.map(TransactionListing::transactionalId),
        listing.map(each -> each.state().toString()),
        description
            .filter(each -> each.transactionStartTimeMs().isPresent())
            .map(each -> Instant.ofEpochMilli(each.transactionStartTimeMs().getAsLong())),
        partition.topic(),
        partition.partition(),
        firstOffset,
        end - firstOffset);
  }
}
