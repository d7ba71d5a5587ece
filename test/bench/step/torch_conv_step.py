"""One contender of the convolutional step: the VAE of Keras' example in PyTorch with Adam. Argument: threads. Reads seconds from
stdin a line, writes ms a step."""
import sys, time
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU())
        self.code = nn.Sequential(nn.Linear(3136, 16), nn.ReLU(), nn.Linear(16, 4))
        self.grid = nn.Linear(2, 3136)
        self.up = nn.Sequential(
            nn.ConvTranspose2d(64, 64, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(64, 32, 3, 2, 1, 1), nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 3, 1, 1),
        )

    def forward(self, x, noise):
        mu, log_var = self.code(self.down(x).flatten(1)).chunk(2, 1)
        z = mu + torch.exp(log_var / 2) * noise
        logits = self.up(F.relu(self.grid(z)).view(-1, 64, 7, 7))
        cross_entropy = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        divergence = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum()
        return (cross_entropy + divergence) / len(x)


model = Vae()
optimizer = torch.optim.Adam(model.parameters(), 1e-3)
x, noise = torch.rand(128, 1, 28, 28), torch.randn(128, 2)


def step():
    optimizer.zero_grad()
    model(x, noise).backward()
    optimizer.step()


for _ in range(5):
    step()
print("ready", flush=True)
for line in sys.stdin:
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < float(line):
        step()
        count += 1
    print(1000 * (time.perf_counter() - begun) / count, flush=True)
