package dev.millrace.operators.window;

import dev.millrace.operators.queue.QueueEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests that ask the same at the same time: one of them, the leader, is scored, and the others
 * follow it.
 *
 * <p>Confined to the mailbox thread.
 */
final class Coalescing {
  private final Map<String, Group> groups = new HashMap<>();
  private final Map<QueueEntry, Group> byLeader = new HashMap<>();
  private int followers;

  /** Those who ask one thing. */
  static final class Group {
    private final String content;
    private final Deque<QueueEntry> followers = new ArrayDeque<>(0);
    private QueueEntry leader;

    private Group(String content, QueueEntry leader) {
      this.content = content;
      this.leader = leader;
    }

    String content() {
      return content;
    }

    QueueEntry leader() {
      return leader;
    }
  }

  /** The group of those who ask this, if there is one. */
  Optional<Group> of(String content) {
    return Optional.ofNullable(groups.get(content));
  }

  /** Begins a group. */
  void lead(String content, QueueEntry leader) {
    Group group = new Group(content, leader);
    groups.put(content, group);
    byLeader.put(leader, group);
  }

  void follow(Group group, QueueEntry follower) {
    group.followers.add(follower);
    followers++;
  }

  /** Puts another into the place of the leader, which leaves the group. */
  void replaceLeader(Group group, QueueEntry leader) {
    byLeader.remove(group.leader);
    group.leader = leader;
    byLeader.put(leader, group);
  }

  /** Ends the group of a leader whose result is there; empty when it leads none. */
  Optional<Ended> end(QueueEntry leader) {
    Group group = byLeader.remove(leader);
    if (group == null) {
      return Optional.empty();
    }
    groups.remove(group.content);
    followers -= group.followers.size();
    return Optional.of(new Ended(group.content, new ArrayList<>(group.followers)));
  }

  /** What was asked, and who followed. */
  record Ended(String content, List<QueueEntry> followers) {}

  /** Has the first follower of a leader that ended without a result take its place, if any does. */
  @Nullable QueueEntry succeed(QueueEntry leader) {
    Group group = byLeader.get(leader);
    if (group == null) {
      return null;
    }
    QueueEntry next = group.followers.poll();
    if (next == null) {
      end(leader);
      return null;
    }
    followers--;
    QueueEntry successor = next.again();
    replaceLeader(group, successor);
    return successor;
  }

  /** The followers of a name: linear in all that follow. */
  List<QueueEntry> followers(long name) {
    List<QueueEntry> named = new ArrayList<>(0);
    if (followers > 0) {
      for (Group group : groups.values()) {
        for (QueueEntry follower : group.followers) {
          if (follower.name() == name) {
            named.add(follower);
          }
        }
      }
    }
    return named;
  }

  /** Takes out a follower: linear in the groups. */
  void leave(QueueEntry follower) {
    for (Group group : groups.values()) {
      if (group.followers.remove(follower)) {
        followers--;
        return;
      }
    }
  }

  /** How many follow others. */
  int followers() {
    return followers;
  }
}
