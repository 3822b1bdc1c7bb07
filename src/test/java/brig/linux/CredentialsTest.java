package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class CredentialsTest {
  @Test
  void aThreadBecomesAnotherUserForGoodAndTheProcessStaysWhatItIs() throws Exception {
    Capabilities left =
        OwnThread.run(
            "becoming",
            () -> {
              Credentials.become(33, 34, List.of(36, 35));
              assertThat(ProcessStatus.effectiveUid()).isEqualTo(33);
              assertThatThrownBy(() -> Credentials.setUid(0))
                  .hasMessageStartingWith("setresuid: EPERM");
              return Capabilities.mine();
            });
    assertThat(left.permitted() | left.effective()).isZero();
    assertThat(ProcessStatus.effectiveUid()).isZero();
  }

  @Test
  void capabilitiesThatAreKeptOverTheChangeAreNoticed() {
    assertThatThrownBy(
            () ->
                OwnThread.run(
                    "keeping",
                    () -> {
                      Capabilities.setSecurebits(Capabilities.SECBIT_KEEP_CAPS);
                      Credentials.become(33, 33, List.of());
                      return 0;
                    }))
        .hasMessageStartingWith("capset: EPERM");
    assertThat(ProcessStatus.effectiveUid()).isZero();
  }
}
