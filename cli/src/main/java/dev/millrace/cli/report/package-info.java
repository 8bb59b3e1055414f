/** What commands show: tables and figures. Pure; confined to one thread. */
@NullMarked
package dev.millrace.cli.report;

import org.jspecify.annotations.NullMarked;
