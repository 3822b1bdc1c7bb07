package brig.web.fastcgi;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Told what an application server says, in its order. */
public interface RecordSink {
  /**
   * A piece of the answer.
   *
   * @param bytes valid during the call only
   */
  void output(ByteBuffer bytes) throws IOException;

  /** A piece of what goes to the error log; likewise. */
  void error(ByteBuffer bytes) throws IOException;
}
