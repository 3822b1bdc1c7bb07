package brig.web.worker;

import brig.web.inside.SelectedEndPoint;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.ManagedSelector.SelectorUpdate;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Where connections come in. The selecting thread makes them itself, and unmakes those that end
 * with an answer from memory: to hand that to another thread is more work than to do it.
 */
final class Door extends ServerConnector {
  Door(Server server, int selectors, ConnectionFactory... protocols) {
    super(server, null, null, null, 0, selectors, protocols);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SelectedEndPoint end = new SelectedEndPoint(channel, selector, key, getScheduler());
    end.setIdleTimeout(getIdleTimeout());
    return end;
  }

  @Override
  protected SelectorManager newSelectorManager(
      Executor executor, Scheduler scheduler, int selectors) {
    return new ServerConnectorManager(executor, scheduler, selectors) {
      @Override
      protected void execute(Runnable task) {
        // An update of a selector that is to be executed is a connection that was accepted.
        if (task instanceof SelectorUpdate || QuickConnection.isEnding()) {
          task.run();
        } else {
          super.execute(task);
        }
      }
    };
  }
}
