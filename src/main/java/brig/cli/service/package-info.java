/** What runs in a jail: {@code run, shell, status, stop, logs}. */
@NullMarked
package brig.cli.service;

import org.jspecify.annotations.NullMarked;
