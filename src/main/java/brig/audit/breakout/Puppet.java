package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.linux.Errno;
import brig.linux.FileNames;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.linux.SyscallNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs the {@link PuppetProgram}, held by its strings: each method makes it do
 * something, wherever it stands and with whatever rights it has.
 *
 * <p>No call that it is told to make may wait without a limit: when Brig dies, it sees so at its
 * next read.
 */
final class Puppet implements AutoCloseable {
  private static final int FRAME_WORDS = 8;
  private static final int FIRST_FREE = 4096;
  private static final int MAX_MESSAGE = 32 * 1024;
  private static final int SIGCHLD = 17;
  private static final int SIGKILL = 9;

  /** Where the second channel is, for a child to be forked. */
  static final int SPARE_CHANNEL = PuppetProgram.CHANNEL + 1;

  /** Memory of the puppet. */
  record Buffer(long address, int size) {}

  private final String name;
  private final @Nullable Pidfd process;
  private final Channel channel;
  private final @Nullable Channel spare;
  private final int channelNumber;
  private final Transcript transcript;
  private int used = FIRST_FREE;

  private Puppet(
      String name,
      @Nullable Pidfd process,
      Channel channel,
      @Nullable Channel spare,
      int channelNumber,
      Transcript transcript) {
    this.name = name;
    this.process = process;
    this.channel = channel;
    this.spare = spare;
    this.channelNumber = channelNumber;
    this.transcript = transcript;
  }

  /**
   * Takes the strings of a process that was started.
   *
   * @param name for the transcript
   * @param pid a child of this process
   */
  static Puppet hold(String name, int pid, Channel channel, Channel spare, Transcript transcript)
      throws LinuxException {
    Pidfd process = Pidfd.open(pid);
    channel.theirs().close();
    spare.theirs().close();
    return new Puppet(name, process, channel, spare, PuppetProgram.CHANNEL, transcript);
  }

  /** Its number as this process sees it. */
  int pid() {
    return process == null ? 0 : process.pid();
  }

  /** Makes a call that has to succeed for the way to lead on. */
  long must(String call, Object... arguments) throws Refused, NotPossible {
    long result = call(call, arguments);
    if (isError(result)) {
      throw new Refused(call, Errno.of((int) -result).name());
    }
    return result;
  }

  /** Makes a call that only prepares: when it fails, the way itself was not tried. */
  long need(String call, Object... arguments) throws Refused, NotPossible {
    long result = call(call, arguments);
    if (isError(result)) {
      throw new NotPossible(
          name + " could not prepare it: " + call + ": " + Errno.of((int) -result).name());
    }
    return result;
  }

  static boolean isError(long result) {
    return result < 0 && result > -4096;
  }

  /**
   * Makes a system call.
   *
   * @param arguments numbers; strings and byte arrays, of which it gets the address; buffers
   * @return the kernel's answer, a negated errno when it failed
   */
  long call(String call, Object... arguments) throws Refused, NotPossible {
    Integer number = SyscallNames.current().number(call);
    if (number == null) {
      throw new NotPossible("this architecture has no call " + call);
    }
    long result = exchange(call, frame(call, number, 0, arguments));
    log(call, arguments, result);
    return result;
  }

  /**
   * A child, which has all that this one has but its life of its own.
   *
   * @param flags CLONE_NEW* or 0
   */
  Puppet fork(int flags) throws Refused, NotPossible {
    Channel second = spare;
    Integer number = SyscallNames.current().number("clone");
    if (second == null || number == null) {
      throw new IllegalStateException("no second channel for a child");
    }
    Object[] arguments = {flags | SIGCHLD, 0, 0, 0, 0};
    long result = exchange("clone", frame("clone", number, SPARE_CHANNEL, arguments));
    log("clone", arguments, result);
    if (isError(result)) {
      throw new Refused("clone", Errno.of((int) -result).name());
    }
    Puppet child = new Puppet(name + "'s child", null, second, null, SPARE_CHANNEL, transcript);
    child.answer("clone");
    child.used = used;
    return child;
  }

  private long exchange(String call, byte[] frame) throws Refused, NotPossible {
    send(call, frame);
    return answer(call);
  }

  private void send(String call, byte[] message) throws Refused {
    try {
      channel.send(message);
    } catch (LinuxException e) {
      throw gone(call);
    }
  }

  private byte[] receive(String call) throws Refused, NotPossible {
    try {
      byte @Nullable [] message = channel.receive(transcript.millisLeft());
      if (message == null) {
        throw gone(call);
      }
      return message;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ETIMEDOUT) {
        throw new NotPossible(call + " did not return in time");
      }
      throw gone(call);
    }
  }

  private long answer(String call) throws Refused, NotPossible {
    return words(receive(call)).getLong();
  }

  private Refused gone(String call) {
    transcript.add(name + ": " + call + ": ended by the kernel");
    return new Refused(call, "killed");
  }

  private static ByteBuffer words(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] frame(String call, int number, int childsChannel, Object[] arguments)
      throws Refused, NotPossible {
    if (arguments.length > FRAME_WORDS - 2) {
      throw new IllegalArgumentException(call + " has too many arguments");
    }
    long[] values = new long[FRAME_WORDS];
    values[0] = number;
    for (int i = 0; i < arguments.length; i++) {
      values[i + 1] =
          switch (arguments[i]) {
            case Integer n -> n;
            case Long n -> n;
            case String text -> put(terminated(text)).address();
            case byte[] bytes -> put(bytes).address();
            case Buffer buffer -> buffer.address();
            default -> throw new IllegalArgumentException("not an argument: " + arguments[i]);
          };
    }
    values[FRAME_WORDS - 1] = childsChannel;
    return raw(values);
  }

  private static byte[] raw(long... values) {
    byte[] bytes = new byte[values.length * Long.BYTES];
    words(bytes).asLongBuffer().put(values);
    return bytes;
  }

  private static byte[] terminated(String text) {
    byte[] bytes = FileNames.encode(text);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  /** Room in its memory, zeroed. */
  Buffer buffer(int size) {
    Buffer buffer = new Buffer(PuppetProgram.MEMORY + used, size);
    used += (size + 15) & -16;
    if (used > PuppetProgram.MEMORY_SIZE) {
      throw new IllegalStateException("the puppet's memory is used up");
    }
    return buffer;
  }

  /** Bytes in its memory. */
  Buffer put(byte[] bytes) throws Refused, NotPossible {
    Buffer buffer = buffer(bytes.length);
    set(buffer, bytes);
    return buffer;
  }

  void set(Buffer buffer, byte[] bytes) throws Refused, NotPossible {
    for (int at = 0; at < bytes.length; at += MAX_MESSAGE) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + MAX_MESSAGE));
      send("read", transfer("read", buffer.address() + at, part.length));
      send("read", part);
      answer("read");
    }
  }

  /** What is at an address of its memory. */
  byte[] get(long address, int size) throws Refused, NotPossible {
    if (size == Long.BYTES) { // as long as an answer: the two could not be told apart
      return Arrays.copyOf(get(address, size * 2), size);
    }
    send("write", transfer("write", address, size));
    byte[] bytes = receive("write");
    if (bytes.length != size) { // the answer alone: EFAULT
      throw new Refused("write", Errno.of((int) -words(bytes).getLong()).name());
    }
    answer("write");
    return bytes;
  }

  byte[] get(Buffer buffer) throws Refused, NotPossible {
    return get(buffer.address(), buffer.size());
  }

  int getInt(Buffer buffer) throws Refused, NotPossible {
    return words(get(buffer)).getInt();
  }

  private byte[] transfer(String call, long address, int size) {
    Integer number = SyscallNames.current().number(call);
    return raw(number == null ? -1 : number, channelNumber, address, size, 0, 0, 0, 0);
  }

  private void log(String call, Object[] arguments, long result) {
    StringBuilder line = new StringBuilder(name).append(": ").append(call).append('(');
    for (int i = 0; i < arguments.length; i++) {
      line.append(i == 0 ? "" : ", ").append(shown(arguments[i]));
    }
    line.append(") = ");
    if (isError(result)) {
      line.append(Errno.of((int) -result).name());
    } else {
      line.append(result > 0xFFFFFF ? "0x" + Long.toHexString(result) : Long.toString(result));
    }
    transcript.add(line.toString());
  }

  private static String shown(Object argument) {
    return switch (argument) {
      case Integer n when n > 0xFFFF || n < -4096 -> "0x" + Integer.toHexString(n);
      case String text -> '"' + text + '"';
      case byte[] bytes -> "{" + bytes.length + " bytes}";
      case Buffer buffer -> "&" + buffer.size() + " bytes";
      default -> argument.toString();
    };
  }

  /** Waits for it to end by itself, as after a signal; null when it goes on. */
  @Nullable String ended(long millis) throws LinuxException {
    if (process == null || !process.awaitEnd(millis)) {
      return null;
    }
    Pidfd.Ending ending = process.reap();
    return ending.exited() ? "exited" : Signal.name(ending.number());
  }

  /** Ends it, and with it what it forked. */
  @Override
  public void close() {
    channel.close();
    if (spare != null) {
      spare.close();
    }
    if (process != null) {
      try (process) {
        process.signal(SIGKILL);
        process.reap();
      } catch (LinuxException e) {
        transcript.add(name + " had ended already"); // ECHILD: it was waited for
      }
    }
  }
}
