package dev.millrace.engines;

import java.io.Serializable;
import java.util.Arrays;

/** An immutable sequence of token ids of a model's vocabulary. */
public final class Tokens implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No tokens. */
  public static final Tokens NONE = new Tokens(new int[0]);

  private final int[] ids;

  private Tokens(int[] ids) {
    this.ids = ids;
  }

  /** These, of which a copy is made. */
  public static Tokens of(int... ids) {
    return ids.length == 0 ? NONE : new Tokens(ids.clone());
  }

  /** How many they are. */
  public int size() {
    return ids.length;
  }

  /** The one at a position, from 0. */
  public int get(int position) {
    return ids[position];
  }

  /** A copy of them. */
  public int[] toArray() {
    return ids.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
