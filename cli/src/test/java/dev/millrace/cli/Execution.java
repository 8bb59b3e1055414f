package dev.millrace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command did in this process. A later value of an option replaces an earlier one. */
record Execution(int status, String out, String err) {
  static Execution of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Millrace.commandLine();
    commandLine.setOverwrittenOptionsAllowed(true);
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    int status = commandLine.execute(arguments);
    return new Execution(status, out.toString(), err.toString());
  }
}
