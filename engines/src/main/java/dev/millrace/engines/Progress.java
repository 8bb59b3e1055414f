package dev.millrace.engines;

/**
 * A token that was generated.
 *
 * @param sequence which of the request's sequences it belongs to
 * @param position of the token within the text that is generated, from 0
 * @param text what of the text is certain with it and was not before; empty when nothing is, or
 *     when the request does not want the text piece by piece
 */
public record Progress(int sequence, int position, GeneratedToken token, String text) {}
