package dev.millrace.protocol;

/**
 * A piece of a text that is being generated, for who asked for it as it is made. It is no answer:
 * the answer holds the whole text.
 *
 * @param id of the request
 * @param created epoch seconds, as in the {@link CompletionResult}
 * @param choice the index of the choice it belongs to
 * @param sequence the position of its last token among those generated for the choice, from 0. A
 *     replay gives the same piece the same number, and within a choice numbers rise; so a piece
 *     whose number is not above the last one heard is a repeat
 * @param text not empty
 */
public record CompletionProgress(
    String id, long created, ModelVersion model, int choice, int sequence, String text) {}
